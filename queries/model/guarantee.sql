CREATE TABLE guarantee (
    loan_id               TEXT      NOT NULL COMMENT 'Loan guaranteed | 贷款编号',
    guarantor_customer_id TEXT      NOT NULL COMMENT 'Customer who guarantees it | 保证人客户编号',
    valid_from            DATE      NOT NULL COMMENT 'First day of the guarantee | 生效日期',
    valid_to              DATE      COMMENT 'First day after the guarantee; empty while it holds | 失效日期',
    source_system         TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id              TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at              TIMESTAMP DEFAULT valid_from COMMENT 'Instant at which the bank first had the row; empty means on valid_from | 知晓时间',
    PRIMARY KEY (loan_id, guarantor_customer_id, valid_from),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    FOREIGN KEY (guarantor_customer_id) REFERENCES customer (customer_id),
    CONSTRAINT valid_to_after_valid_from CHECK (valid_to IS NULL OR valid_to > valid_from)
) COMMENT = 'Guarantee of a customer for a loan | 保证担保';
