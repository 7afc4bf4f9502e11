"""What is known of each chapter: its look (`diagnosis.look`), and its incidents (`diagnosis.incident`)."""
