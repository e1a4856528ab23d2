//! pip, as far as why it refused something.

pub(super) mod refusals;
