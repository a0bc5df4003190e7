CREATE TABLE override (
    override_id   TEXT           NOT NULL COMMENT 'Override | 调整编号',
    period        TEXT           NOT NULL COMMENT 'Period it applies to: 2025Q1, 2025-03 or 2025 | 考核期间',
    officer_id    TEXT           NOT NULL COMMENT 'Officer it applies to | 客户经理编号',
    indicator_id  TEXT           NOT NULL COMMENT 'Indicator it applies to | 指标编号',
    new_value     DECIMAL(38,12) NOT NULL COMMENT 'Value to be scored instead, in the unit of the indicator | 调整后数值',
    reason        TEXT           COMMENT 'Why | 调整原因',
    maker         TEXT           COMMENT 'Staff number of who asked for it; need not stand in officer | 经办人',
    checker       TEXT           COMMENT 'Staff number of who approved it, never the maker; need not stand in officer | 复核人',
    decided_at    TIMESTAMP      NOT NULL COMMENT 'Instant of the approval, normally after the end of the period | 批准时间',
    source_system TEXT           COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT           COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP      COMMENT 'Instant at which the bank first had the row; empty means always known | 知晓时间',
    PRIMARY KEY (override_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id),
    CONSTRAINT maker_is_not_the_checker CHECK (maker <> checker)
) COMMENT = 'Value of an indicator set by hand, as a visible step beside the computed one | 人工调整';
