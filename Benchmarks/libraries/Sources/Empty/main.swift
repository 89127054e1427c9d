// What every program of the bench is at least.
import Measurement

Measurement().report(operations: 1)
