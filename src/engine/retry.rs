//! How long to wait before the next attempt: the only place that knows the crate `backoff`.

use backoff::ExponentialBackoff;
use backoff::backoff::Backoff as _;
use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST: Duration = Duration::from_mins(5);

/// The wait after so many attempts that failed: doubling, never longer than five minutes.
pub(crate) fn wait_after(attempts: u32) -> Duration {
    let mut backoff = ExponentialBackoff {
        initial_interval: FIRST,
        current_interval: FIRST,
        max_interval: LONGEST,
        multiplier: 2.0,
        randomization_factor: 0.0,
        max_elapsed_time: None,
        ..ExponentialBackoff::default()
    };
    let waits = (0..attempts.clamp(1, 12)).map_while(|_| backoff.next_backoff());
    waits.last().unwrap_or(LONGEST).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_five_minutes() {
        let seconds: Vec<u64> = (1..=11).map(|attempts| wait_after(attempts).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
}
