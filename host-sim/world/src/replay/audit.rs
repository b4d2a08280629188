//! The engine's manifest against what the drives really hold.

use raid10_engine::ArrayLba;

use super::Runner;
use crate::oracle::Audit;
use crate::ranges::Ranges;
use crate::verdict::Promise;

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// Walks the loss manifest.
    pub(super) fn walk_manifest(&mut self) {
        let mut manifest = Ranges::new();
        let mut from = ArrayLba(0);
        while let Some(loss) = self.engine.next_loss(from) {
            let end = loss.lba + loss.count;
            manifest.insert(loss.lba.0..end.0);
            if end <= from {
                break;
            }
            from = end;
        }
        self.manifest = manifest;
    }

    /// Compares the drives, the manifest and what must be lost.
    pub(super) fn audit(&mut self) {
        if !self.serves() {
            return;
        }
        self.walk_manifest();
        let rested = self.is_at_rest();
        let now = self.world.now;
        let world = &mut self.world;
        let audit: Audit = world.oracle.audit(&world.drives, now, &self.manifest);
        world.oracle.judge_manifest(now, &self.manifest, &audit, &mut world.verdicts);
        let counted = self.engine.lost_sectors().0;
        let listed = self.manifest.len();
        world.verdicts.check(
            Promise::LeastLoss,
            now,
            counted == listed,
            format_args!("the manifest lists {listed} sectors, the engine counts {counted}"),
        );
        if rested {
            world.oracle.judge_rest(now, &audit, &mut world.verdicts);
            world.oracle.judge_linux(now, &world.drives, &self.manifest, &mut world.verdicts);
            self.check_state();
            self.check_stalled();
        }
        self.world.show_broken();
        self.gone = audit.gone;
    }

    /// What is lost: the manifest, and what the engine said that it may lack.
    pub(super) fn lost(&self) -> Ranges {
        self.manifest.iter().chain(self.gone.iter()).collect()
    }
}
