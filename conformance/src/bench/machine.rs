//! What the kernel says of processes: CPU time and memory, from `/proc` (proc(5)). Linux only, as the services are.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// `sysconf(_SC_CLK_TCK)`: the unit of `/proc/PID/stat`, 100 on every Linux that the services run on.
const TICKS_PER_SECOND: u32 = 100;

/// User and system time of a process since it began, all threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spent {
    own: Duration,
    /// Of the children that have ended.
    children: Duration,
}

/// CPU time of these processes since they began, with the children that ended.
pub(super) fn cpu(processes: &[u32]) -> Result<Duration> {
    let mut sum = Duration::ZERO;
    for process in processes {
        let spent = of(&process.to_string())?;
        sum += spent.own + spent.children;
    }
    Ok(sum)
}

/// CPU time of this process.
pub(super) fn own_cpu() -> Result<Duration> {
    Ok(of("self")?.own)
}

/// CPU time of the programs that this process has started and that have ended.
pub(super) fn children_cpu() -> Result<Duration> {
    Ok(of("self")?.children)
}

fn of(process: &str) -> Result<Spent> {
    let file = format!("/proc/{process}/stat");
    let text = std::fs::read_to_string(&file).with_context(|| file.clone())?;
    spent(&text).context(file)
}

/// utime, stime, cutime, cstime: fields 14 to 17. The name (field 2) may hold anything, so counting begins behind it.
fn spent(stat: &str) -> Result<Spent> {
    let (_, behind) = stat.rsplit_once(')').context("no name")?;
    let fields: Vec<&str> = behind.split_whitespace().skip(11).take(4).collect();
    let [utime, stime, cutime, cstime] = fields.as_slice() else { bail!("too few fields") };
    let time = |first: &str, second: &str| -> Result<Duration> {
        Ok(Duration::from_secs(first.parse::<u64>()? + second.parse::<u64>()?) / TICKS_PER_SECOND)
    };
    Ok(Spent { own: time(utime, stime)?, children: time(cutime, cstime)? })
}

/// Resident memory of a process in MiB: now, and at its highest.
pub(super) fn memory(process: u32) -> Result<(f64, f64)> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let kib = |name: &str| -> Result<f64> {
        let line =
            text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()?)
    };
    Ok((kib("VmRSS:")? / 1024.0, kib("VmHWM:")? / 1024.0))
}

/// Milliseconds.
pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The middle of a list that is not empty.
pub(super) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_moves_no_field() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 12 3 40 5 20 0 1 0 100 0 0";
        let expected = Spent { own: Duration::from_millis(150), children: Duration::from_millis(450) };
        assert_eq!(spent(stat).unwrap(), expected);
        assert!(spent("7 (a) S 1 7 7").is_err());
    }

    #[test]
    fn the_middle_is_the_middle() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]).to_string(), "2");
    }
}
