"""The sections of a file's page: `section_table` lists them in the order of the page, the other modules write them."""
