//! Scanners on the way to promote: none writes its own baseline, none is told to accept what it finds.

use super::allowing::Judged;
use super::standing::Promotion;
use super::{place, rules};
use crate::check::Met;
use crate::formats::workflow::Does;
use crate::pipeline::{lenient, lenient_action, line_in, own_baseline, spoken};
use crate::shown::shown;

/// Judges the scanners of promote and of what it rests on.
pub(super) fn judge(promotion: &Promotion<'_>, judged: &mut Judged) {
    for (_, node) in promotion.on_the_way() {
        let job = node.job.id.value.as_str();
        for task in &node.tasks {
            for command in task.commands() {
                let here = place(task.file, line_in(task, command.line));
                if let Some(how) = own_baseline(&command.words) {
                    let message = format!("`{}` writes what it will accept: {how}", shown(&spoken(&command.words)));
                    judged.add(Met::new(&rules::BASELINE, here.clone(), message), Some(job));
                }
                if let Some(how) = lenient(&command.words) {
                    let message = format!("`{}` {how}", shown(&spoken(&command.words)));
                    judged.add(Met::new(&rules::LENIENT, here, message), Some(job));
                }
            }
            if let Does::Uses { action, with } = &task.step.does
                && let Some(how) = lenient_action(&action.value, with)
            {
                let message = format!("`{}` is green whatever it finds: {how}", shown(&action.value));
                judged.add(Met::new(&rules::LENIENT, place(task.file, action.line), message), Some(job));
            }
        }
    }
}
