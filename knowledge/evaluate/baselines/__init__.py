"""Other ways to find the FAQ and the red lines, measured on the same messages in the same run."""
