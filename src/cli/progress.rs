//! Progress bars on stderr; none where stderr is no terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over `total` things, gone when dropped or done.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar that says what it counts.
    pub fn new(what: &str, total: usize) -> Bar {
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
        let template = "{msg} {wide_bar} {pos}/{len} {eta}";
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_message(super::text::visible(what));
        Bar(bar)
    }

    /// So many are done, out of so many.
    pub fn set(&self, done: usize, total: usize) {
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
