"""Small areas: direct estimates strengthened by a model of areas."""
