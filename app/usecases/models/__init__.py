"""The life of a model: training runs, the gate, promotion, rollback, shadow."""
