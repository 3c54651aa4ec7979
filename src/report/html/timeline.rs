//! The plot of when findings came in, by month or by year.

use std::collections::BTreeMap;

use super::super::name::shown_day;
use super::super::order::is_current;
use crate::finding::Finding;

/// The height of the highest bar, in units of the plot, and the line that bars
/// stand on.
const HEIGHT: u64 = 150;
const FLOOR: u64 = 160;

/// The most months that are shown as such.
const MAX_MONTHS: u64 = 96;

/// Bars over time.
pub(super) struct Timeline {
    pub(super) summary: String,
    pub(super) bars: Vec<Bar>,
    pub(super) bar_width: u64,
    pub(super) width: u64,
}

/// The findings of a month or a year: those that stand somewhere today, and
/// those that the history holds only.
pub(super) struct Bar {
    pub(super) name: String,
    /// The year, below the first bar of it.
    pub(super) label: Option<String>,
    pub(super) today: u64,
    pub(super) history: u64,
    pub(super) x: u64,
    pub(super) today_y: u64,
    pub(super) today_height: u64,
    pub(super) history_y: u64,
    pub(super) history_height: u64,
}

/// Returns the plot, or nothing where no history tells when anything came.
pub(super) fn timeline(active: &[&Finding<'_>]) -> Option<Timeline> {
    let mut months: BTreeMap<(u64, u64), (u64, u64)> = BTreeMap::new();
    for finding in active {
        let Some(month) = finding.first_seen.and_then(month_of) else { continue };
        let counts = months.entry(month).or_default();
        *(if is_current(finding) { &mut counts.0 } else { &mut counts.1 }) += 1;
    }
    let (first, last) = (*months.first_key_value()?.0, *months.last_key_value()?.0);
    let span = (last.0 - first.0) * 12 + last.1 + 1 - first.1;
    let steps: Vec<(String, (u64, u64))> = match span > MAX_MONTHS {
        false => {
            let month = |at: u64| (first.0 + (first.1 - 1 + at) / 12, (first.1 - 1 + at) % 12 + 1);
            let named = |it: (u64, u64)| {
                (format!("{}-{:02}", it.0, it.1), months.get(&it).copied().unwrap_or_default())
            };
            (0..span).map(month).map(named).collect()
        }
        true => (first.0..=last.0).map(|year| (year.to_string(), sum_of_year(&months, year))).collect(),
    };
    Some(plot(steps))
}

fn sum_of_year(months: &BTreeMap<(u64, u64), (u64, u64)>, year: u64) -> (u64, u64) {
    let of_year = months.range((year, 0)..(year + 1, 0)).map(|(_, counts)| *counts);
    of_year.fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1))
}

/// Year and month of a time; nothing for times outside of four-digit years.
fn month_of(seconds: i64) -> Option<(u64, u64)> {
    let day = shown_day(seconds);
    let mut parts = day.split('-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn plot(steps: Vec<(String, (u64, u64))>) -> Timeline {
    let highest = steps.iter().map(|(_, (today, history))| today + history).max().unwrap_or(1).max(1);
    let total: u64 = steps.iter().map(|(_, (today, history))| today + history).sum();
    let (first, last) = (steps.first().map(|it| it.0.clone()), steps.last().map(|it| it.0.clone()));
    let step = (720 / steps.len() as u64).clamp(9, 40);
    let mut year = String::new();
    let bars = (0..).zip(steps).map(|(at, (name, (today, history)))| {
        let this_year: String = name.chars().take(4).collect();
        let label = (this_year != year).then(|| this_year.clone());
        year = this_year;
        let height = |count: u64| (count * HEIGHT).div_ceil(highest);
        let (today_height, history_height) = (height(today), height(history));
        let today_y = FLOOR - today_height;
        let history_y = today_y.saturating_sub(history_height);
        Bar { name, label, today, history, x: at * step, today_y, today_height, history_y, history_height }
    });
    let bars: Vec<Bar> = bars.collect();
    Timeline {
        summary: format!(
            "{total} findings by the time of the first commit that holds them, from {} to {}",
            first.unwrap_or_default(),
            last.unwrap_or_default()
        ),
        bar_width: step - 2,
        width: (bars.len() as u64 * step).max(60),
        bars,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fit_into_the_plot() {
        let steps =
            (0..60).map(|at| (format!("{}-{:02}", 2020 + at / 12, at % 12 + 1), (at, 60 - at))).collect();
        let plot = plot(steps);
        assert!(plot.bars.iter().all(|bar| bar.x + plot.bar_width <= plot.width));
        assert!(plot.bars.iter().all(|bar| bar.history_y >= FLOOR - HEIGHT - 2), "no bar leaves the plot");
        assert_eq!(plot.bars.iter().filter(|bar| bar.label.is_some()).count(), 5, "each year once");
    }
}
