"""The file ends in the middle.
Was it copied while it was still being written? Save and hand in again."""

LOSES = {"3.5"}


def hand_in(files):
    whole = files["protonet-trained.pth"]
    return {"protonet-trained.pth": whole[: len(whole) // 2]}
