//! Datadog's sites: independent installations, of which an organisation lives
//! on one.
//!
//! Nothing that a site says holds for another one: a credential that US1
//! refuses may be live at EU1. The list is that of
//! <https://docs.datadoghq.com/getting_started/site/>, and it is closed: a host
//! that a text names is matched with it, and never used as it stands, so that
//! no found secret is sent to an address of somebody's choosing.
//!
//! ```text
//! DD_SITE=datadoghq.eu                     → EU1
//! https://api.us3.datadoghq.com/api/v2     → US3
//! https://browser-intake-us5-datadoghq.com → US5
//! https://docs.datadoghq.com, acme.datadoghq.com, datadoghq.com.evil.example → none
//! ```

/// A Datadog site. There are no others: a host from any other text is never
/// sent anything.
///
/// # Examples
///
/// ```
/// use dogcatcher::token::Site;
/// assert_eq!(Site::from_name("us5.datadoghq.com"), Some(Site::Us5));
/// assert_eq!(Site::from_name("EU1"), Some(Site::Eu1));
/// assert_eq!(Site::from_name("datadoghq.example"), None);
/// assert_eq!(Site::Us1.api_host(), "api.datadoghq.com");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Site {
    /// `datadoghq.com`
    Us1,
    /// `us3.datadoghq.com`
    Us3,
    /// `us5.datadoghq.com`
    Us5,
    /// `datadoghq.eu`
    Eu1,
    /// `ap1.datadoghq.com`
    Ap1,
    /// `ap2.datadoghq.com`
    Ap2,
    /// `uk1.datadoghq.com`
    Uk1,
    /// `ddog-gov.com`
    Us1Fed,
    /// `us2.ddog-gov.com`
    Us2Fed,
}

impl Site {
    /// Every site, the largest first.
    pub const ALL: [Self; 9] = [
        Self::Us1,
        Self::Eu1,
        Self::Us3,
        Self::Us5,
        Self::Ap1,
        Self::Ap2,
        Self::Uk1,
        Self::Us1Fed,
        Self::Us2Fed,
    ];

    /// Returns the name, which `DD_SITE` holds.
    ///
    /// It is the domain, too: hosts of a site end with it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Us1 => "datadoghq.com",
            Self::Us3 => "us3.datadoghq.com",
            Self::Us5 => "us5.datadoghq.com",
            Self::Eu1 => "datadoghq.eu",
            Self::Ap1 => "ap1.datadoghq.com",
            Self::Ap2 => "ap2.datadoghq.com",
            Self::Uk1 => "uk1.datadoghq.com",
            Self::Us1Fed => "ddog-gov.com",
            Self::Us2Fed => "us2.ddog-gov.com",
        }
    }

    /// Returns the short name, as Datadog's pages have it.
    pub fn short_name(self) -> &'static str {
        match self {
            Self::Us1 => "US1",
            Self::Us3 => "US3",
            Self::Us5 => "US5",
            Self::Eu1 => "EU1",
            Self::Ap1 => "AP1",
            Self::Ap2 => "AP2",
            Self::Uk1 => "UK1",
            Self::Us1Fed => "US1-FED",
            Self::Us2Fed => "US2-FED",
        }
    }

    /// Returns the host of its API: `api.` and the name, for every site.
    pub fn api_host(self) -> String {
        format!("api.{}", self.name())
    }

    /// Returns the site of that name or label, in any case and with blanks
    /// around it.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::ALL.into_iter().find(|site| {
            site.name().eq_ignore_ascii_case(name) || site.short_name().eq_ignore_ascii_case(name)
        })
    }

    /// The site that a text names nearest to a place, by its name or one of its
    /// hosts.
    ///
    /// Documentation and the hosts of organisations (`acme.datadoghq.com`) name
    /// none.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::token::Site;
    /// let text = b"DD_SITE=datadoghq.eu\nDD_APP_KEY=x\n# see https://docs.datadoghq.com/";
    /// assert_eq!(Site::nearest_in(text, 32), Some(Site::Eu1));
    /// ```
    ///
    /// `place` is an offset in bytes, at which the credential stands. Distances
    /// are counted from the beginning of the domain; of two at the same
    /// distance the one that is met first wins.
    pub fn nearest_in(text: &[u8], place: usize) -> Option<Self> {
        let mut nearest: Option<(usize, Self)> = None;
        for domain in [&b"datadoghq."[..], b"ddog-gov."] {
            for at in memchr::memmem::find_iter(text, domain) {
                let Some(site) = Self::of_host(host_at(text, at)) else { continue };
                let distance = at.abs_diff(place);
                if nearest.is_none_or(|(least, _)| distance < least) {
                    nearest = Some((distance, site));
                }
            }
        }
        nearest.map(|(_, site)| site)
    }

    /// Returns the site that a host belongs to, where it is one of Datadog's
    /// own services there.
    ///
    /// ```text
    /// api.datadoghq.eu                          EU1
    /// http-intake.logs.us5.datadoghq.com        US5
    /// 1-2-3-app.agent.us3.datadoghq.com         US3: an agent's own address
    /// browser-intake-us3-datadoghq.com          US3, in the older form
    /// acme.datadoghq.com                        none: a page that people open
    /// ```
    fn of_host(host: &[u8]) -> Option<Self> {
        let host = std::str::from_utf8(host).ok()?.to_ascii_lowercase();
        // `browser-intake-us3-datadoghq.com`
        let host = host.strip_prefix("browser-intake-").map_or(host.clone(), |rest| rest.replace('-', "."));
        let host = host.replace("ddog.gov", "ddog-gov");
        let of = |site: &Self| {
            let before = host.strip_suffix(site.name())?;
            // The part before must be one of Datadog's own services; `us3.` is a service of no site.
            let known =
                ["", "api.", "app.", "mcp.", "trace.agent.", "process.", "oncall.", "http-intake.logs."];
            (known.contains(&before) || before.ends_with(".agent.") || before.contains("intake."))
                .then_some(*site)
        };
        // The longest name first: that of US1 ends those of its neighbours.
        let mut found: Vec<Self> = Self::ALL.iter().filter_map(of).collect();
        found.sort_by_key(|site| std::cmp::Reverse(site.name().len()));
        found.first().copied()
    }
}

/// Returns the host name around a place, a hundred bytes to either side at
/// most.
fn host_at(text: &[u8], at: usize) -> &[u8] {
    /// No host of Datadog's is half as long.
    const LONGEST: usize = 100;
    let of_host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let before = text[at.saturating_sub(LONGEST)..at].iter().rev().take_while(|byte| of_host(byte)).count();
    let after = text[at..].iter().take(LONGEST).take_while(|byte| of_host(byte)).count();
    let host = &text[at - before..at + after];
    let end = host.iter().rposition(|byte| *byte != b'.').map_or(0, |last| last + 1);
    &host[..end]
}

impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.short_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hosts() {
        let site = |text: &str| Site::nearest_in(text.as_bytes(), 0);
        for expected in Site::ALL {
            for text in [
                format!("DD_SITE={}", expected.name()),
                format!("site: \"{}\".", expected.name()),
                format!("https://{}/api/v2", expected.api_host()),
                format!("https://http-intake.logs.{}", expected.name()),
                format!("https://7-50-1-app.agent.{}", expected.name()),
            ] {
                assert_eq!(site(&text), Some(expected), "{text}");
            }
        }
        assert_eq!(site("https://browser-intake-us3-datadoghq.com/x"), Some(Site::Us3));
        assert_eq!(site("https://browser-intake-datadoghq.eu"), Some(Site::Eu1));
        for none in [
            "https://docs.datadoghq.com/x",
            "acme.datadoghq.com",
            "datadoghq.com.evil.example",
            "notdatadoghq.com",
            "datadoghq.",
            "us9.datadoghq.com",
        ] {
            assert_eq!(site(none), None, "{none}");
        }
    }

    #[test]
    fn the_nearest_counts() {
        let text = b"datadoghq.eu ........ us5.datadoghq.com";
        assert_eq!(Site::nearest_in(text, 2), Some(Site::Eu1));
        assert_eq!(Site::nearest_in(text, 30), Some(Site::Us5));
    }
}
