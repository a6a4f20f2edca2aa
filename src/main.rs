//! The real world in, an exit code out.

use std::process::ExitCode;

use gate::world::disk::Terminal;

/// Trees of other people's files are made and let go by the hundred, which costs the allocator of glibc twice as much.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    gate::main(std::env::args_os(), &mut Terminal).into()
}
