//! Speaking with the agent over whatever stream there is: what is sent, and what the answers mean.

pub(in crate::engine) mod ask;
pub(in crate::engine) mod channel;
pub(crate) mod executable;
pub(in crate::engine) mod invoke;
pub(in crate::engine) mod tell;
