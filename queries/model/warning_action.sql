CREATE TABLE warning_action (
    action_id     TEXT          NOT NULL COMMENT 'Action | 处置编号',
    warning_id    TEXT          NOT NULL COMMENT 'Warning acted on | 预警编号',
    action_at     TIMESTAMP     NOT NULL COMMENT 'Instant of the action | 处置时间',
    action_type   TEXT          CHECK (action_type IN ('CONTACT', 'VISIT', 'COLLATERAL_ADDED', 'EXPOSURE_REDUCED',
                                                       'RESTRUCTURED', 'LEGAL', 'NONE'))
                                COMMENT 'What was done | 处置方式',
    effect_amount DECIMAL(18,2) CHECK (effect_amount >= 0)
                                COMMENT 'Collateral added or exposure reduced, loan currency | 处置效果金额',
    evidence_ref  TEXT          COMMENT 'Where the evidence is kept, such as a file hash; an action without evidence does not count as handling | 证据引用',
    confirmed_by  TEXT          COMMENT 'Staff number of the checker who confirmed the effect; need not stand in officer | 复核人',
    source_system TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP     DEFAULT action_at COMMENT 'Instant at which the bank first had the row; empty means on action_at | 知晓时间',
    PRIMARY KEY (action_id),
    FOREIGN KEY (warning_id) REFERENCES warning (warning_id)
) COMMENT = 'Action taken on a warning | 预警处置';
