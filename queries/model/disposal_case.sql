CREATE TABLE disposal_case (
    case_id        TEXT          NOT NULL COMMENT 'Case | 案件编号',
    loan_id        TEXT          NOT NULL COMMENT 'Loan to be resolved | 贷款编号',
    officer_id     TEXT          COMMENT 'Officer in charge of the case | 客户经理编号',
    opened_on      DATE          NOT NULL COMMENT 'Day the case was opened | 立案日期',
    due_on         DATE          COMMENT 'Day by which it is to be closed | 应完成日期',
    closed_on      DATE          COMMENT 'Day it was closed; empty while it is open | 结案日期',
    exposure_start DECIMAL(18,2) NOT NULL CHECK (exposure_start >= 0)
                                 COMMENT 'Exposure when the case was opened, loan currency | 期初风险敞口',
    outcome        TEXT          COMMENT 'Result, a code: CASH_REPAID, CURED, COLLATERAL_ADDED, GUARANTEE_ADDED, RESTRUCTURED, TRANSFERRED, FORECLOSED_ASSET, WRITTEN_OFF | 处置结果',
    proceeds       DECIMAL(18,2) CHECK (proceeds >= 0)
                                 COMMENT 'Cash or price received, for FORECLOSED_ASSET the appraised value, loan currency | 处置所得',
    source_system  TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id       TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at       TIMESTAMP     DEFAULT opened_on COMMENT 'Instant at which the bank first had the row; empty means on opened_on | 知晓时间',
    PRIMARY KEY (case_id),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id),
    CONSTRAINT due_on_not_before_opened_on CHECK (due_on IS NULL OR due_on >= opened_on),
    CONSTRAINT closed_on_not_before_opened_on CHECK (closed_on IS NULL OR closed_on >= opened_on)
) COMMENT = 'Case of resolving the risk of a loan | 风险处置案件';
