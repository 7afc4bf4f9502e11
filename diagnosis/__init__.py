"""What is known of causes: which failures they explain, and by which facts they are recognised."""
