minutes = int(input())
calls = 0
while minutes >= 8:
    minutes = minutes - 8
    calls = calls + 1
print("Calls:", calls)
print("Minutes left:", minutes)
