"""The staff shell: chat as a patient would, and see why the bot said what it said."""
