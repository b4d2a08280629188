//! What is to be said of images: what is wrong, and what one should know.

mod image;
mod set;

use super::member::Member;
use super::plan::Plan;
use super::set::SetView;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Good to know.
    Note,
    /// The set is not as it should be.
    Wrong,
}

/// One thing to be said.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// The image, unless it concerns the set.
    pub(crate) file: Option<String>,
    /// The byte of the image at which it was seen.
    pub(crate) byte: Option<u64>,
    pub(crate) text: String,
}

impl Finding {
    /// Whether another finding says this of the same place of another image.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let what = |finding: &Self| (finding.severity, finding.byte, finding.file.is_some());
        what(self) == what(other) && self.text == other.text
    }

    fn of_set(severity: Severity, text: String) -> Self {
        Self { severity, file: None, byte: None, text }
    }

    fn of_image(severity: Severity, file: &str, byte: Option<u64>, text: String) -> Self {
        Self { severity, file: Some(file.to_owned()), byte, text }
    }
}

/// All that is to be said of images and of the sets to which they belong.
pub(crate) fn findings(members: &[Member], sets: &[SetView<'_>], plans: &[Plan]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = members.iter().flat_map(image::findings).collect();
    // One image is no set: what it lacks may be elsewhere.
    if members.len() > 1 {
        findings.extend(set::several(sets));
        findings.extend(sets.iter().flat_map(set::findings));
        let plans = sets.iter().zip(plans);
        findings.extend(plans.filter_map(|(set, plan)| set::refusal(set, plan)));
    }
    findings
}
