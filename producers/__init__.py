"""What an agency uses to tell the hub: the library, and formats that agencies already export."""
