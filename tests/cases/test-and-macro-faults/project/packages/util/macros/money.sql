{{#macro "euros" "cents" scale=2}}round({{cents}} / 100.0, {{scale}}){{/macro}}
