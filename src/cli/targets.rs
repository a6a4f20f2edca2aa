//! Where a run record goes, and that it goes nowhere else.

use crate::cli::section::Section;
use crate::run::{Evidence, Record};
use crate::shown::shown;
use crate::world::{FileKind, Out, Over, Pending, RelPath, World};

/// The places of the record, its aliases and its sidecars.
pub(super) struct Targets<'a> {
    pub(super) section: &'a Section,
    pub(super) evidence: &'a Evidence,
}

impl Targets<'_> {
    /// Fails now if the record could not be written later.
    pub(super) fn check(&self, force: bool, out: &mut dyn Out) -> Result<(), String> {
        let over = if force { Over::Anything } else { Over::Own(Record::wrote) };
        self.evidence.paths().try_for_each(|path| self.prepare(path, over, out).map(drop))
    }

    /// From now on there is no record of an earlier run: whatever becomes of this one, it is not promoted by that.
    pub(super) fn clear(&self, out: &mut dyn Out) -> Result<(), String> {
        for path in self.evidence.paths().cloned().chain(self.old_sidecars()) {
            let at = self.section.root.join(path.as_str());
            out.remove(&at).map_err(|error| format!("`{}` cannot be removed: {error}", shown(path.as_str())))?;
        }
        Ok(())
    }

    /// Writes the sidecars, then the record, then its aliases: whoever sees the record sees all that it names. Everything is looked at
    /// again, because the run may have cleaned its reports away, or put something in their place.
    pub(super) fn leave(&self, record: &Record, sidecars: Vec<(RelPath, String)>, out: &mut dyn Out) -> Result<(), String> {
        let text = record.to_text()?;
        let records = self.evidence.paths().map(|path| (path.clone(), text.clone()));
        for (path, text) in sidecars.into_iter().chain(records) {
            let pending = self.prepare(&path, Over::Anything, out)?;
            pending.commit(text.as_bytes()).map_err(|error| format!("`{}` could not be written: {error}", shown(path.as_str())))?;
        }
        Ok(())
    }

    fn prepare(&self, path: &RelPath, over: Over, out: &mut dyn Out) -> Result<Box<dyn Pending>, String> {
        let fail = |why: &str| format!("the record `{}` cannot be written: {why}", shown(path.as_str()));
        let folder = self.section.folder_for(path, out).map_err(|error| fail(&error.to_string()))?;
        if folder != self.section.root.join(path.parent().as_str()) {
            return Err(fail("its folder is reached through a symbolic link, and evidence is read through none"));
        }
        match self.section.world.evidence().stat(path).map(|stat| stat.kind) {
            Ok(FileKind::Symlink) => return Err(fail("it is a symbolic link")),
            // It would be removed before the run.
            Ok(FileKind::Special) => return Err(fail("it is a device or pipe")),
            Ok(FileKind::File | FileKind::Folder) | Err(_) => {}
        }
        let at = folder.join(path.name());
        out.prepare(&at, over).map_err(|error| fail(&error.to_string()))
    }

    /// Those of earlier runs. Where they cannot be listed none is removed, and none of them is believed without its name in a record.
    fn old_sidecars(&self) -> Vec<RelPath> {
        let folder = self.evidence.record.parent();
        let names = self.section.world.evidence().open(&folder).and_then(|folder| folder.names()).unwrap_or_default();
        let paths = names.iter().filter_map(|name| folder.join(std::str::from_utf8(&name.raw).ok()?).ok());
        paths.filter(|path| self.evidence.is_sidecar(path.as_str())).collect()
    }
}
