//! Mistakes in vectors, each with its line, a caret and the remedy.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use vector_language::Diagnostic;

/// One mistake as text with styles, and an empty line behind it.
pub(crate) fn text(mistake: &Diagnostic, file: &str, text: &str) -> String {
    let start = text.get(..mistake.span.start).unwrap_or_default();
    let line_start = start.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(line_start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    let within = |at: usize| at.saturating_sub(line_start).min(line.len());
    let span = within(mistake.span.start)..within(mistake.span.end);

    let label = (!mistake.label.is_empty()).then_some(mistake.label.as_str());
    let annotation = AnnotationKind::Primary.span(span).label(label);
    let snippet = Snippet::source(line).line_start(mistake.line).path(file).annotation(annotation);
    let title = Level::ERROR.primary_title(mistake.message.as_str());
    let mut group: Group<'_> = title.element(snippet);
    if let Some(help) = &mistake.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    format!("{}\n\n", Renderer::styled().render(&[group]))
}

#[cfg(test)]
mod tests;
