CREATE TABLE target (
    period        TEXT           NOT NULL COMMENT 'Period of the target: 2025Q1, 2025-03 or 2025 | 考核期间',
    org_level     TEXT           NOT NULL COMMENT 'Level of the unit: BANK, BRANCH or OFFICER, or a level of the bank between them | 组织层级',
    org_id        TEXT           NOT NULL COMMENT 'Bank, branch or officer the target is set for | 组织编号',
    indicator_id  TEXT           NOT NULL COMMENT 'Indicator the target is set on | 指标编号',
    target_value  DECIMAL(38,12) NOT NULL COMMENT 'Value to be reached, in the unit of the indicator; amounts in project currency | 目标值',
    approved_by   TEXT           COMMENT 'personal: Name or staff number of who approved it | 批准人',
    approved_at   TIMESTAMP      COMMENT 'Instant of the approval | 批准时间',
    source_system TEXT           COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT           COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP      DEFAULT approved_at COMMENT 'Instant at which the bank first had the row; empty means on approved_at | 知晓时间',
    PRIMARY KEY (period, org_level, org_id, indicator_id)
) COMMENT = 'Target of an indicator for a unit and a period | 考核目标';
