"""FAQs as a table, CSV or XLSX, for an office: out, and back in without loss."""
