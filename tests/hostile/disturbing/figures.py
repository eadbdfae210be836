"""Shows figures and an animation, with no screen."""

import matplotlib.pyplot as plt

for _ in range(3):
    plt.figure()
    plt.plot([1, 2])
    plt.show()
plt.pause(0.01)
