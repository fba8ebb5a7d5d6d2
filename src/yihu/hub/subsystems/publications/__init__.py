"""What is published for reading: answers of 12366, articles of the knowledge base, issues of the journal."""
