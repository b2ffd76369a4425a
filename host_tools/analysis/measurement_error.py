"""How much a measure must change to be a change: smallest detectable difference (95 %), with its source."""

SCAPULA_SDD_DEG = 8.6  # Parel 2012, domain.md 1.2: 4.4-8.6 between operators, 4.9-8.5 within one
TRUNK_SDD_DEG = 6.3  # thoracic rotation, MDC 2.1-6.3, domain.md 1.5
EMG_SDD_SHARE = 0.35  # 1.96 * sqrt(2) * SEM 12.6 % of MVIC of the lower trapezius, domain.md 2.2
