"""How weights are changed: calibration, nonresponse, trimming; arrays only, no design."""
