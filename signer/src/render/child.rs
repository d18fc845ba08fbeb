//! The child: limits first, then the document, then pictures, then the end.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use rlimit::Resource;

use super::frame::{Frame, Undrawable};
use super::{Asked, draw};

/// Documents that are shown: what agencies may send (formats.md §3), with room for signatures that it carries.
const DOCUMENT_BYTES_MAX: u64 = 24 << 20;

/// What the child may have (crates.md §6.5): address space, processor seconds, no files, no core, no processes, and
/// exactly the three descriptors that it has.
const LIMITS: [(Resource, u64); 6] = [
    (Resource::AS, 512 << 20),
    (Resource::CPU, 10),
    (Resource::FSIZE, 0),
    (Resource::CORE, 0),
    (Resource::NPROC, 0),
    (Resource::NOFILE, 3),
];

/// The whole life of a child. `main` calls it before it starts anything else, when the first argument is
/// [`CHILD_COMMAND`](super::CHILD_COMMAND); it reads a document from stdin and writes frames to stdout.
#[must_use]
pub fn child_main() -> ExitCode {
    for (resource, limit) in LIMITS {
        if resource.set(limit, limit).is_err() {
            return ExitCode::FAILURE;
        }
    }
    let mut document = Vec::new();
    let read = std::io::stdin().lock().take(DOCUMENT_BYTES_MAX + 1).read_to_end(&mut document);
    if read.is_err() || document.len() as u64 > DOCUMENT_BYTES_MAX {
        return say(&Frame::Refused(Undrawable::TooHeavy));
    }
    let wanted = std::env::args_os().nth(2).is_some_and(|word| word == Asked::Words.word());
    let asked = if wanted { Asked::Words } else { Asked::Pages };
    let mut count = 0;
    let drawn = draw::each_page(document, asked, |page| {
        count += 1;
        matches!(say(&Frame::Page(page)), code if code == ExitCode::SUCCESS)
    });
    match drawn {
        Ok(()) => say(&Frame::End(count)),
        Err(why) => say(&Frame::Refused(why)),
    }
}

fn say(frame: &Frame) -> ExitCode {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(&frame.write()).and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
