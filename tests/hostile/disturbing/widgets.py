"""Uses interactive widgets, which are not installed here or have no front end."""

import ipywidgets

slider = ipywidgets.IntSlider()
display(slider)
