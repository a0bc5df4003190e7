//! Named sets of parameter defaults, one per supervisory regime.

use schemars::JsonSchema;
use serde::Deserialize;

const PRESETS: &str = include_str!("preset.toml");

/// Which supervisor's conventions the parameters start from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    #[default]
    #[serde(rename = "cn_2023")]
    Cn2023,
    EuEba,
    InRbi,
    UsAgency,
}

impl Preset {
    pub fn name(self) -> &'static str {
        match self {
            Self::Cn2023 => "cn_2023",
            Self::EuEba => "eu_eba",
            Self::InRbi => "in_rbi",
            Self::UsAgency => "us_agency",
        }
    }

    /// The parameter values of the preset: the common ones, overlaid by its own.
    pub fn parameters(self) -> toml::Table {
        let presets: toml::Table = PRESETS.parse().expect("preset.toml is part of the program and tested");
        let section = |name: &str| presets.get(name).and_then(toml::Value::as_table).cloned().unwrap_or_default();
        let mut parameters = section("common");
        parameters.extend(section(self.name()));
        parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_a_section() {
        let presets: toml::Table = PRESETS.parse().unwrap();
        for preset in [Preset::Cn2023, Preset::EuEba, Preset::InRbi, Preset::UsAgency] {
            assert!(presets.contains_key(preset.name()), "{}", preset.name());
        }
        let of = |preset: Preset, name: &str| preset.parameters()[name].to_string();
        assert_eq!(of(Preset::Cn2023, "default_dpd"), "90");
        assert_eq!(of(Preset::UsAgency, "default_dpd"), "89");
        assert_eq!(of(Preset::InRbi, "dpd_origin"), "\"due_date\"");
        assert_eq!(of(Preset::EuEba, "materiality_relative"), "\"0.01\"");
        assert_eq!(of(Preset::EuEba, "default_dpd"), "90", "what a preset does not state is common to all");
    }
}
