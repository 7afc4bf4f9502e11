"""What the sentences of `features/` mean: one module a feature, and one or two lines over a probe a sentence."""
