//! The real world in, an exit code out.

use std::process::ExitCode;

use gate::world::disk::Terminal;

fn main() -> ExitCode {
    gate::main(std::env::args_os(), &mut Terminal).into()
}
