CREATE TABLE appeal (
    appeal_id     TEXT      NOT NULL COMMENT 'Appeal | 申诉编号',
    period        TEXT      NOT NULL COMMENT 'Period appealed against: 2025Q1, 2025-03 or 2025 | 考核期间',
    officer_id    TEXT      NOT NULL COMMENT 'Officer who appeals | 客户经理编号',
    indicator_id  TEXT      COMMENT 'Indicator appealed against; empty if the whole appraisal | 指标编号',
    submitted_on  DATE      NOT NULL COMMENT 'Day of the appeal, normally after the end of the period | 提交日期',
    status        TEXT      CHECK (status IN ('SUBMITTED', 'UNDER_REVIEW', 'UPHELD', 'REJECTED', 'PARTLY'))
                            COMMENT 'State of the appeal | 申诉状态',
    decided_by    TEXT      COMMENT 'Staff number of who decided; need not stand in officer | 裁定人',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP COMMENT 'Instant at which the bank first had the row; empty means always known | 知晓时间',
    PRIMARY KEY (appeal_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id),
    CONSTRAINT nobody_decides_on_himself CHECK (decided_by <> officer_id)
) COMMENT = 'Appeal of an officer against an appraisal | 考核申诉';
