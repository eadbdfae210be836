"""The data functions of the lab, under the name that its notebooks import."""

from data_utils.omniglot import OmniGlotDataSet, sample_from_torch_sample_dict

__all__ = ["OmniGlotDataSet", "sample_from_torch_sample_dict"]
