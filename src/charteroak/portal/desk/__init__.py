"""The desk's pages for analysts: the queue of reports, one report, the campaigns that reports form."""
