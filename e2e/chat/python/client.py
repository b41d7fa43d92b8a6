"""A chat client by a library that nobody here wrote: it joins, talks, goes, and resumes at another node.

Takes one command a line on standard input, and answers each with one line of JSON:
  connect <url>          joins the room after the last number that it has
  send <text>            by an id of its own
  until <seq>            waits until it has everything up to that number
  disconnect
"""

import json
import os
import sys
import threading
import uuid

import socketio

TOKEN, ROOM = os.environ["CHAT_TOKEN"], os.environ["CHAT_ROOM"]
PATIENCE_S = 60

seen = []  # in the order of seq, without a gap
waiting = {}
news = threading.Condition()
client = None


def take(change):
    with news:
        if change["seq"] > last_seq():
            waiting[change["seq"]] = change
        while last_seq() + 1 in waiting:
            seen.append(waiting.pop(last_seq() + 1))
        news.notify_all()


def last_seq():
    return seen[-1]["seq"] if seen else 0


def connect(url):
    global client
    client = socketio.Client(reconnection=False)
    client.on("message", take)
    client.connect(url, auth={"token": TOKEN}, transports=["websocket"], wait_timeout=PATIENCE_S)
    tail = client.call("room:join", {"roomId": ROOM, "afterSeq": last_seq()}, timeout=PATIENCE_S)
    for change in tail["messages"]:
        take(change)
    return {"lastSeq": tail["lastSeq"], "missed": len(tail["messages"])}


def send(text):
    return client.call("message:send", {"roomId": ROOM, "clientMessageId": str(uuid.uuid4()), "text": text}, timeout=PATIENCE_S)


def until(seq):
    with news:
        news.wait_for(lambda: last_seq() >= int(seq), timeout=PATIENCE_S)
        return [[change["seq"], change["id"], change["text"]] for change in seen]


def disconnect():
    client.disconnect()
    return {}


for line in sys.stdin:
    command, _, argument = line.rstrip("\n").partition(" ")
    act = {"connect": connect, "send": send, "until": until, "disconnect": disconnect}[command]
    print(json.dumps(act(argument) if argument else act()), flush=True)
