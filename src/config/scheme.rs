//! What `scheme.toml` says about small samples: from how many cases an indicator counts, and how it is shrunk.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Indicators of a scheme, by id.
#[derive(Debug, Clone, Default)]
pub struct Scheme {
    pub indicators: BTreeMap<String, SmallSample>,
}

/// How an indicator is treated when an officer has few cases.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct SmallSample {
    /// With fewer cases the adjusted value is not known.
    pub min_n: Option<u32>,
    pub shrink: Option<Shrink>,
}

/// Beta-binomial shrinkage towards the peers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shrink {
    /// Prior successes and failures where the peers are too few to tell.
    pub beta: [f64; 2],
    /// Peers with cases from which the prior is estimated instead.
    #[serde(default = "six")]
    pub min_peers: u32,
    /// Smallest weight of the estimated prior, in cases.
    #[serde(default)]
    pub floor: f64,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    dimension: BTreeMap<String, Dimension>,
}

#[derive(Deserialize)]
struct Dimension {
    #[serde(default)]
    indicator: BTreeMap<String, SmallSample>,
}

fn six() -> u32 {
    6
}

impl Scheme {
    /// Reads the text of a `scheme.toml`.
    ///
    /// # Errors
    /// What does not parse or cannot hold, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| super::suggest::with_nearest(&error))?;
        let mut scheme = Self::default();
        for (dimension, content) in file.dimension {
            for (indicator, rule) in content.indicator {
                let place = format!("[dimension.{dimension}.indicator.{indicator}]");
                if let Some(shrink) = &rule.shrink {
                    if shrink.beta.iter().any(|cases| !cases.is_finite() || *cases <= 0.0) {
                        return Err(format!("{place} shrink.beta = {:?}: both numbers must be above 0", shrink.beta));
                    }
                    if !shrink.floor.is_finite() || shrink.floor < 0.0 {
                        return Err(format!("{place} shrink.floor = {}: it must be 0 or more", shrink.floor));
                    }
                }
                if scheme.indicators.insert(indicator, rule).is_some() {
                    return Err(format!("{place}: the indicator already stands in another dimension"));
                }
            }
        }
        Ok(scheme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_samples_are_read_and_the_rest_is_left_alone() {
        let text = "version = \"1\"\n[dimension.RISK.indicator.warning_precision]\nweight = 1.0\nshrink = { beta = [2, 3], floor = 1.0 }\n[dimension.CUSTOMER.indicator.nps]\nmin_n = 5\n";
        let scheme = Scheme::parse(text).unwrap();
        let shrink = scheme.indicators["warning_precision"].shrink.clone().unwrap();
        assert_eq!((shrink.beta, shrink.min_peers, shrink.floor), ([2.0, 3.0], 6, 1.0));
        assert_eq!(scheme.indicators["nps"].min_n, Some(5));
    }

    #[test]
    fn what_cannot_hold_is_named_with_its_place() {
        let prior = "[dimension.RISK.indicator.nps]\nshrink = { beta = [0, 3] }\n";
        assert_eq!(
            Scheme::parse(prior).unwrap_err(),
            "[dimension.RISK.indicator.nps] shrink.beta = [0.0, 3.0]: both numbers must be above 0"
        );
        let slip = Scheme::parse("[dimension.RISK.indicator.nps]\nshrink = { beta = [1, 3], flor = 1 }\n").unwrap_err();
        assert!(slip.contains("did you mean `floor`?"), "{slip}");
        let twice = "[dimension.A.indicator.nps]\n[dimension.B.indicator.nps]\n";
        assert!(Scheme::parse(twice).unwrap_err().contains("already stands in another dimension"));
    }
}
