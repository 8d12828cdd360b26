import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.common.TopicPartition;

/**
 * Kafka's own StickyAssignor as a rival: reads "partitions topics members" a line, and answers each with the CPU time of
 * a full assignment, of one more member joining, and how many partitions moved then. Only the assignor is timed, on its
 * own thread, without garbage collection.
 */
public class StickyRival {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      System.out.println(run(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2])));
    }
  }

  static String run(int partitions, int topics, int members) {
    Map<String, Integer> counts = new HashMap<>();
    for (int topic = 0; topic < topics; topic++) counts.put("topic-" + topic, partitions / topics);
    List<String> names = new ArrayList<>(counts.keySet());
    Map<String, Subscription> group = new HashMap<>();
    for (int member = 0; member < members; member++) group.put(id(member), new Subscription(names));
    long start = now();
    Map<String, List<TopicPartition>> first = new StickyAssignor().assign(counts, group);
    long full = now() - start;

    Map<String, Subscription> grown = new HashMap<>();
    for (int member = 0; member < members; member++) {
      StickyAssignor own = new StickyAssignor();
      own.onAssignment(
          new Assignment(first.get(id(member))),
          new ConsumerGroupMetadata("group", 1, id(member), Optional.empty()));
      grown.put(id(member), new Subscription(names, own.subscriptionUserData(Set.copyOf(names))));
    }
    grown.put(id(members), new Subscription(names));
    start = now();
    Map<String, List<TopicPartition>> second = new StickyAssignor().assign(counts, grown);
    long join = now() - start;
    return full + " " + join + " " + second.get(id(members)).size();
  }

  static String id(int member) {
    return String.format("member-%06d", member);
  }

  static long now() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
