//! The names of refs, which may hold something themselves.

use std::path::Path;
use std::sync::Arc;

use super::deliver::whole;
use super::links::LinkReader;
use crate::error::SkipReason;
use crate::location::{GitPart, GitText, path_from_bytes};
use crate::source::pack::Kind;
use crate::source::repository::{Name, Names, Repository};
use crate::source::sink::{ObjectSink, Skipped};

/// Gives a sink the names of all refs that may hold something, and a reader of
/// links what they lead to.
pub(super) fn sweep_names(repository: &Repository, sink: &mut impl ObjectSink, links: &mut LinkReader<'_>) {
    let listed = repository.open().and_then(|opened| {
        let names = Names::new(&opened);
        for Name { name, target } in names.all()? {
            deliver_name(sink, &repository.name, &name);
            target.into_iter().for_each(|target| links.link(Kind::Commit, target.as_bytes()));
        }
        for (_, head) in names.detached_heads() {
            links.link(Kind::Commit, head.as_bytes());
        }
        Ok(())
    });
    if let Err(error) = listed {
        sink.take_skipped(Skipped::failure(
            SkipReason::GitRefs,
            &repository.git_dir,
            format!("its refs cannot be read: {}", error.message()),
        ));
    }
}

/// Gives a sink the name of a ref, if it may hold something.
pub(super) fn deliver_name(sink: &mut impl ObjectSink, repository: &Arc<Path>, name: &[u8]) {
    if sink.may_hold_token(name) {
        let text = GitText::without_object(repository, GitPart::RefName);
        whole(sink, GitText { path: Some(path_from_bytes(name)), ..text }, name);
    }
}
