minutes = int(input())
calls = 0
# Write a while loop here.

print("Calls:", calls)
print("Minutes left:", minutes)
