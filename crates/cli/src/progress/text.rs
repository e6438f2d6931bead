//! The lines that move, as text.

use std::fmt::Write as _;
use std::time::Duration;

/// Cells of the bar (pip: 40).
const CELLS: u64 = 40;

/// Such as `   ━━━━━━━╸          1.2/3.4 MB 5.6 MB/s eta 0:00:01`.
pub fn bar(received: u64, total: u64, elapsed: Duration) -> String {
    // In halves of a cell.
    let halves =
        u64::try_from(u128::from(received.min(total)) * u128::from(2 * CELLS) / u128::from(total.max(1)));
    let halves = halves.unwrap_or(2 * CELLS);
    let (full, half) = (halves / 2, halves % 2);
    let mut cells = "━".repeat(usize::try_from(full).unwrap_or(0));
    cells.push_str(if half == 1 { "╸" } else { "" });
    cells.push_str(&" ".repeat(usize::try_from(CELLS - full - half).unwrap_or(0)));
    let (unit, name) = unit(total);
    let mut line = format!("   {cells} {}/{} {name}", in_units(received, unit), in_units(total, unit));
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    if let Some(speed) = received.saturating_mul(1000).checked_div(milliseconds).filter(|speed| *speed > 0) {
        let (unit, name) = self::unit(speed);
        let left = Duration::from_secs((total.saturating_sub(received)).div_ceil(speed));
        let _ = write!(line, " {} {name}/s eta {}", in_units(speed, unit), clock(left));
    }
    line
}

/// Such as `  ⠹ Building wheel for x (0:01:05)`.
pub fn working(what: &str, elapsed: Duration) -> String {
    const DOTS: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
    let turn = usize::try_from(elapsed.as_millis() / 125).unwrap_or_default() % DOTS.len();
    format!("  {} {what} ({})", DOTS[turn], clock(elapsed))
}

fn unit(bytes: u64) -> (u64, &'static str) {
    match bytes {
        0..1_000 => (1, "bytes"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    }
}

/// With one decimal, without floating point.
fn in_units(bytes: u64, unit: u64) -> String {
    if unit == 1 { bytes.to_string() } else { format!("{}.{}", bytes / unit, bytes % unit / (unit / 10)) }
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_tells_how_much_how_fast_and_how_long() {
        let line = bar(1_250_000, 5_000_000, Duration::from_millis(500));
        assert_eq!(line, format!("   {}{} 1.2/5.0 MB 2.5 MB/s eta 0:00:02", "━".repeat(10), " ".repeat(30)));
        let line = bar(62_500, 5_000_000, Duration::ZERO);
        assert_eq!(line, format!("   ╸{} 0.0/5.0 MB", " ".repeat(39)));
        assert_eq!(
            bar(9, 9, Duration::from_secs(1)),
            format!("   {} 9/9 bytes 9 bytes/s eta 0:00:00", "━".repeat(40))
        );
    }

    #[test]
    fn odd_numbers_do_no_harm() {
        for (received, total) in [(0, 0), (5, 0), (u64::MAX, 1), (0, u64::MAX), (u64::MAX, u64::MAX)] {
            for elapsed in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
                assert!(bar(received, total, elapsed).chars().count() >= 40);
            }
        }
    }

    #[test]
    fn work_tells_how_long_it_takes() {
        assert_eq!(working("Building x", Duration::from_millis(65_250)), "  ⠹ Building x (0:01:05)");
    }
}
