"""What every band of the web application may use: access, navigation, requests, the queue's door."""
