"""The text of files: read in a child process with little memory, little time and nothing of ours in reach."""
