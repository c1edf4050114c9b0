//! An exchange as a line of the log.

use std::fmt;
use std::time::Duration;

use super::Exchange;
use crate::runtime::redact;
use crate::words::printable;

/// What was asked, the status, the time, the operation, the org if it is not the first, and the worst of
/// what is wrong with it; secrets are cut short.
pub(super) struct ExchangeLine<'a> {
    pub(super) exchange: &'a Exchange<'a>,
    pub(super) status: u16,
    pub(super) duration: Duration,
}

impl fmt::Display for ExchangeLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = self.exchange.asked();
        let (method, target) = (printable(asked.method), asked.target());
        let (target, status) = (printable(&target), self.status);
        let milliseconds = self.duration.as_secs_f64() * 1_000.0;
        write!(f, "{method} {target} {status} {milliseconds:.1} ms")?;
        if !self.exchange.operation.is_empty() {
            write!(f, " {}", self.exchange.operation)?;
        }
        if self.exchange.org.number > 0 {
            write!(f, " in {}", printable(&self.exchange.org.title()))?;
        }
        // of equals the first, which is nearest to the beginning of the request
        let violations = self.exchange.violations.iter().rev();
        if let Some(worst) = violations.max_by_key(|violation| violation.severity) {
            let (severity, rule) = (worst.severity.as_str(), worst.rule);
            let message = redact::text(&worst.message);
            write!(f, "  {severity} {rule}: {}", printable(&message))?;
        }
        Ok(())
    }
}
