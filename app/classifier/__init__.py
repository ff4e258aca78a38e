"""What training learned: phrases, features, ranker, calibration, bundles."""
