//! The two streams: colour by choice, a closed pipe is the end of the output and no error.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use anstream::{AutoStream, ColorChoice};

use crate::args::Color;
use crate::exit::Exit;
use crate::render::style;

/// Where everything is written.
pub(crate) struct Out {
    stdout: Stream,
    stderr: Stream,
}

impl Out {
    pub(crate) fn new(color: Color) -> Self {
        let choice = |stream_choice| match color {
            Color::Auto => stream_choice,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let stdout_choice = choice(AutoStream::choice(&io::stdout()));
        let stderr_choice = choice(AutoStream::choice(&io::stderr()));
        let stdout: Box<dyn Write> = Box::new(io::BufWriter::new(io::stdout()));
        let stderr: Box<dyn Write> = Box::new(io::BufWriter::new(io::stderr()));
        Self {
            stdout: Stream::new(stdout, stdout_choice),
            stderr: Stream::new(stderr, stderr_choice),
        }
    }

    /// Prints to the standard output; ANSI styles are taken out where they are not wanted.
    pub(crate) fn print(&mut self, text: impl Display) {
        self.stdout.write(&text);
    }

    /// Prints to the standard error output.
    pub(crate) fn note(&mut self, text: impl Display) {
        self.stdout.flush();
        self.stderr.write(&text);
        self.stderr.flush();
    }

    /// Says what is wrong with the input.
    pub(crate) fn error(&mut self, text: impl Display) {
        let (on, off) = (style::BAD.render(), style::BAD.render_reset());
        self.note(format_args!("{on}error:{off} {text}\n"));
    }

    /// Writes out what is left. What could not be written is bad news unless its reader went away.
    pub(crate) fn finish(mut self, exit: Exit) -> Exit {
        self.stdout.flush();
        match self.stdout.failed.take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                self.error(format_args!("cannot write the output: {error}"));
                Exit::BadInput
            }
            _ => exit,
        }
    }
}

/// One stream. After its first error it takes everything and writes nothing.
struct Stream {
    inner: AutoStream<Box<dyn Write>>,
    failed: Option<io::Error>,
}

impl Stream {
    fn new(inner: Box<dyn Write>, choice: ColorChoice) -> Self {
        Self { inner: AutoStream::new(inner, choice), failed: None }
    }

    fn write(&mut self, text: &impl Display) {
        if self.failed.is_none() {
            self.failed = write!(self.inner, "{text}").err();
        }
    }

    fn flush(&mut self) {
        if self.failed.is_none() {
            self.failed = self.inner.flush().err();
        }
    }
}
