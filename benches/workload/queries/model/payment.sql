CREATE TABLE payment (
    payment_id         TEXT,
    loan_id            TEXT,
    value_date         DATE,
    payment_type       TEXT,
    principal_paid     DECIMAL(18,2),
    interest_paid      DECIMAL(18,2),
    penalty_paid       DECIMAL(18,2),
    collection_channel TEXT,
    CONSTRAINT type_domain CHECK (payment_type IN ('SCHEDULED', 'PREPAYMENT', 'PAYOFF', 'RECOVERY', 'REVERSAL')),
    CONSTRAINT money_not_negative CHECK (principal_paid >= 0 AND interest_paid >= 0 AND penalty_paid >= 0),
    CONSTRAINT required CHECK (payment_id IS NOT NULL AND loan_id IS NOT NULL AND value_date IS NOT NULL)
) COMMENT = 'Payments as the workload names and types them | 基准测试：还款流水';
